// The clerk's camera, where the browser reads codes by itself (BarcodeDetector, Shape Detection API); elsewhere nothing is shown.
import { button, fill, h, notice, t } from '/ui/ui.js';

const EVERY_MS = 200;

/** scanner({onCode(text), onLeave(stop)}): a button that opens the camera; stops at the first code that begins with "mdoc:". */
export function scanner({ onCode, onLeave }) {
  if (!('BarcodeDetector' in globalThis) || !navigator.mediaDevices) return null;
  const box = h('div', {});
  const closed = () => fill(box, button(t('カメラで読み取る', 'Scan with the camera'), { do: 'camera', onclick: open }));
  async function open() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch {
      fill(box, notice('bad', t('カメラを使えません', 'The camera cannot be used'), t('設定で許可するか、文字列を貼り付けてください。', 'Allow it in the settings, or paste the text.')));
      return;
    }
    const video = h('video', { class: 'finder', muted: true, playsinline: true, 'aria-label': t('カメラの映像', 'What the camera sees') });
    video.srcObject = stream;
    let timer;
    const stop = () => {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
    };
    onLeave(stop);
    fill(box, video, button(t('カメラを閉じる', 'Close the camera'), { do: 'camera-close', onclick: () => { stop(); closed(); } }));
    await video.play();
    const detector = new globalThis.BarcodeDetector({ formats: ['qr_code'] });
    timer = setInterval(async () => {
      const found = await detector.detect(video).catch(() => []);
      const code = found.map((one) => one.rawValue).find((text) => text.startsWith('mdoc:'));
      if (!code) return;
      stop();
      onCode(code);
    }, EVERY_MS);
  }
  closed();
  return box;
}
