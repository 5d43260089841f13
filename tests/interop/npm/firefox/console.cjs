// The console in Firefox, over WebDriver BiDi. usage: node console.cjs '{"firefox", "url", "job", "from", "to"}'
//
// `from` and `to` are points of the taught image, as shares of its width and height. Says what it saw as JSON.
const puppeteer = require("puppeteer-core");

const FRAMES = 5;
const FRAME = '[data-testid="frame"][data-frame-id]';
const LIMIT_MS = 60_000;

async function main({ firefox, url, job, from, to }) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const complaints = [];
    page.on("console", (said) => ["error", "warn"].includes(said.type()) && complaints.push(said.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.evaluateOnNewDocument(() => {
      window.refused = []; // by the content security policy
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        window.refused.push(`${violatedDirective} ${blockedURI}`),
      );
    });
    await page.setViewport({ width: 1280, height: 800 });
    await page.goto(url);
    const live = await watched(page);
    await dragged(page, `${url}#/teach/${job}?part=tools`, from, to);
    const refused = await page.evaluate(() => window.refused);
    return { version: await browser.version(), complaints, refused, ...live };
  } finally {
    await browser.close();
  }
}

/** The ids of the frames that are drawn one after the other, and how many greys the last one has. */
async function watched(page) {
  await page.waitForSelector(FRAME);
  return page.evaluate(
    (selector, count) =>
      new Promise((done) => {
        const frame = document.querySelector(selector);
        const frames = [];
        const watch = new MutationObserver(() => {
          frames.push(Number(frame.dataset.frameId));
          if (frames.length < count) return;
          watch.disconnect();
          const { data } = frame.getContext("2d").getImageData(0, 0, frame.width, frame.height);
          done({ frames, greys: new Set(data.filter((_, at) => at % 4 === 0)).size, width: frame.width });
        });
        watch.observe(frame, { attributes: true, attributeFilter: ["data-frame-id"] });
      }),
    FRAME,
    FRAMES,
  );
}

/** A region, by the pointer; then the draft is saved. */
async function dragged(page, address, from, to) {
  await page.goto(address);
  const picture = await page.waitForSelector('[data-testid="picture"]');
  await page.waitForSelector('[data-part="regions"]');
  const box = await picture.boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 5 });
  await page.mouse.up();
  await page.waitForSelector('[data-testid="draft-state"][data-dirty="true"]');
  await page.click('[data-testid="save"]');
  await page.waitForSelector('[data-testid="draft-state"][data-dirty="false"]');
}

main(JSON.parse(process.argv[2])).then(
  (said) => console.log(JSON.stringify(said)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
