import type { User } from "../../core/contract";
import { text } from "../../core/texts";

/** Over OPC UA whoever holds the key of this certificate is the user: a file in PEM, or none any more. */
export function CertificateField(props: {
  user: User | undefined;
  value: string | null; // null = as it is
  onChange: (pem: string | null) => void;
}) {
  const { user, value, onChange } = props;
  const read = async (file: File | undefined) => onChange(file ? await file.text() : null);
  return (
    <div class="field">
      <label for="certificate">{text("users.certificate")}</label>
      <span class="input">
        <input
          id="certificate"
          type="file"
          accept=".pem,.crt,.cer"
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
      </span>
      {user?.certificate && (
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked={value === ""}
          onClick={() => onChange(value === "" ? null : "")}
        >
          <i />
          {text("users.no_certificate")}
        </button>
      )}
    </div>
  );
}
