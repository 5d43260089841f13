import { useState } from "preact/hooks";
import type { User } from "../../core/contract";
import { text } from "../../core/texts";
import { Dialog } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { ROLES, ROLES_MAY } from "../keys";
import css from "../system.module.css";
import { Trouble } from "../told";
import { CertificateField } from "./certificate-field";
import { type Change, change, type Role } from "./users";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const SHORTEST = 10; // characters of a password

/** Add a user, or change one: what is left empty stays. */
export function UserDialog({ user, onClose }: { user?: User; onClose: () => void }) {
  const [name, setName] = useState(user?.name ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "operator");
  const [password, setPassword] = useState("");
  const [certificate, setCertificate] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  const [tried, setTried] = useState(false);
  const wrong = {
    name: user || NAME.test(name) ? "" : text("users.name_rule"),
    password: passwordProblem(password, user === undefined && certificate === null),
  };
  const keep = async () => {
    setTried(true);
    if (wrong.name || wrong.password) return;
    const asked: Change = { name, role };
    if (password) asked.password = password;
    if (certificate !== null) asked.certificate = certificate;
    const why = await change(asked);
    setProblem(why);
    if (!why) onClose();
  };
  return (
    <Dialog
      title={user ? text("users.change_one", { name: user.name }) : text("users.add")}
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button plain" onClick={onClose}>
            {text("system.not_yet")}
          </button>
          <button type="button" class="button primary" onClick={() => void keep()}>
            {text(user ? "users.keep" : "users.add_now")}
          </button>
        </>
      }
    >
      {!user && (
        <Entry
          label={text("users.name")}
          value={name}
          onInput={setName}
          wrong={tried && wrong.name}
        />
      )}
      <RoleField role={role} onChange={setRole} />
      <Entry
        label={text(user ? "users.new_password" : "users.password")}
        value={password}
        onInput={setPassword}
        wrong={tried && wrong.password}
        secret
      />
      <CertificateField user={user} value={certificate} onChange={setCertificate} />
      <Trouble words={problem} />
    </Dialog>
  );
}

function passwordProblem(password: string, needed: boolean): string {
  if (password === "" && !needed) return "";
  return password.length < SHORTEST ? text("users.password_rule", { count: SHORTEST }) : "";
}

function Entry(props: {
  label: string;
  value: string;
  wrong: string | false;
  secret?: boolean;
  onInput: (value: string) => void;
}) {
  const common = {
    value: props.value,
    "aria-invalid": Boolean(props.wrong),
    onInput: (event: Event) => props.onInput((event.currentTarget as HTMLInputElement).value),
  };
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is inside
    <label class={`field ${css.entry} ${props.wrong ? "wrong" : ""}`}>
      <span class="label">{props.label}</span>
      <span class="input">
        {props.secret ? (
          <input {...common} type="password" autocomplete="new-password" />
        ) : (
          <input {...common} autocomplete="off" spellcheck={false} />
        )}
      </span>
      {props.wrong && <span class="hint">{props.wrong}</span>}
    </label>
  );
}

function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  return (
    <div class="field">
      <label for="role">{text("users.role")}</label>
      <span class="input">
        <select
          id="role"
          value={role}
          aria-describedby="role-hint"
          onChange={(event) => onChange(event.currentTarget.value as Role)}
        >
          {Object.entries(ROLES).map(([each, words]) => (
            <option value={each} key={each}>
              {text(words)}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </span>
      <p class="hint" id="role-hint">
        {text(ROLES_MAY[role])}
      </p>
    </div>
  );
}
