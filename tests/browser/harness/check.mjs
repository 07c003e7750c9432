// Expectations of a spec. Each throws Failed with what was expected and what was there.
import {mkdirSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';
import {axe_source} from './browser.mjs';
import {Failed} from './harness.mjs';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDTHS = [360, 1440];

const short = (value) => { const text = typeof value === 'string' ? value : JSON.stringify(value); return text?.length > 400 ? text.slice(0, 400) + '…' : text; };

export class Check {
  constructor(spec, results) {
    this.spec = spec;
    this.pictures = `${results}/pictures`;
    mkdirSync(this.pictures, {recursive: true});
  }

  ok(value, what) { if (!value) throw new Failed(`${what}: no`); }
  equal(found, expected, what) {
    if (!isDeepStrictEqual(found, expected)) throw new Failed(`${what}: expected ${short(expected)}, found ${short(found)}`);
  }
  match(text, pattern, what) { if (!pattern.test(text)) throw new Failed(`${what}: ${pattern} is not in ${short(text)}`); }
  no_match(text, pattern, what) { if (pattern.test(text)) throw new Failed(`${what}: ${pattern} is in ${short(text)}`); }

  // An answer of town.get / town.post that must be refused for exactly this reason.
  refused(answer, reason, what = reason) {
    if (answer.status < 400 || answer.body?.reason !== reason) throw new Failed(`${what}: expected ${reason}, found ${answer.status} ${short(answer.body)}`);
  }

  // The page (one with a watch) was refused for this reason by its server, and says so to the person: the text of its alert is returned.
  async refusal_shown(page, reason) {
    const alert = page.locator(`[data-reason="${reason}"]`).first();
    await alert.waitFor({state: 'visible'}).catch(() => { throw new Failed(`${reason} is not shown; refused so far: ${short(page.refusals)}`); });
    return alert.innerText();
  }

  async text(page, selector, pattern, what = selector) {
    const found = page.locator(selector).first();
    const until = Date.now() + 15000;
    let text = '';
    do {
      text = await found.innerText({timeout: 15000}).catch(() => '');
      if (pattern.test(text)) return text;
      await page.waitForTimeout(100);
    } while (Date.now() < until);
    throw new Failed(`${what}: ${pattern} is not in ${short(text)}`);
  }

  // Over CDP: the page's own Content-Security-Policy stays as it is.
  async axe(page, what) {
    const cdp = await page.context().newCDPSession(page);
    const run = async (expression) => {
      const {result, exceptionDetails} = await cdp.send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
      if (exceptionDetails) throw new Failed(`axe: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    try {
      await run(`(() => { if (!globalThis.axe) { ${axe_source} } })()`);
      const found = await run(`axe.run(document, {runOnly: ${JSON.stringify(WCAG)}, resultTypes: ['violations']})
        .then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' — ' + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? '')).join(' | ')))`);
      if (found.length) throw new Failed(`${what}: ${found.length} WCAG violations\n  ${found.join('\n  ')}`);
    } finally {
      await cdp.detach().catch(() => {});
    }
  }

  // No WCAG A or AA violation in light and dark; nothing wider than the window at 360 px; pictures at 360 and 1440 px.
  async look(page, name, {widths = WIDTHS} = {}) {
    const label = `${this.spec}-${name}`;
    const size = page.viewportSize();
    const problems = [];
    const note = async (action) => { try { await action(); } catch (error) { if (!(error instanceof Failed)) throw error; problems.push(error.message); } };
    for (const width of widths) {
      await page.setViewportSize({width, height: width === 360 ? 740 : 900});
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({colorScheme});
        await page.waitForTimeout(60);
        await note(() => this.axe(page, `${label} at ${width} px, ${colorScheme}`));
        await page.screenshot({path: `${this.pictures}/${label}-${width}-${colorScheme}.png`, animations: 'disabled'});
      }
      const over = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
      if (over > 0) problems.push(`${label}: ${over} px wider than the window at ${width} px`);
    }
    await page.emulateMedia({colorScheme: 'light'});
    await page.setViewportSize(size);
    if (problems.length) throw new Failed(problems.join('\n'));
  }

  // Everything that a mouse can press can be reached and seen with Tab alone.
  async keyboard(page, selectors) {
    await page.evaluate(() => { document.activeElement?.blur?.(); window.scrollTo(0, 0); });
    const wanted = new Set(selectors);
    for (let i = 0; i < 200 && wanted.size; i++) {
      await page.keyboard.press('Tab');
      for (const selector of [...wanted]) {
        const focused = await page.evaluate((s) => document.activeElement?.matches(s) && document.activeElement.matches(':focus-visible'), selector);
        if (focused) wanted.delete(selector);
      }
    }
    if (wanted.size) throw new Failed(`not reached by Tab: ${[...wanted].join(', ')}`);
  }
}
