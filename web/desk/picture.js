// A picture for a card: from one's own camera, or drawn. It becomes a PNG or JPEG in this page and goes to the desk alone.
import { h, fill, t, button, notice, base64url } from '/ui/ui.js';

const WIDTH = 240, HEIGHT = 320, LIMIT = 256 * 1024;

const blobOf = (canvas, type, quality) => new Promise((resolve) => { canvas.toBlob(resolve, type, quality); });

/** Bytes of the canvas as JPEG, small enough. */
async function bytes(canvas) {
  for (const quality of [0.9, 0.7, 0.5]) {
    const blob = await blobOf(canvas, 'image/jpeg', quality);
    if (blob && blob.size <= LIMIT) return new Uint8Array(await blob.arrayBuffer());
  }
  return null;
}

/** .photo: base64url or null (the desk draws one then). */
export function pictureField() {
  const canvas = h('canvas', { width: WIDTH, height: HEIGHT, class: 'portrait', role: 'img', 'aria-label': t('カードの写真', 'Picture for the card') });
  const video = h('video.camera', { playsinline: true, muted: true, hidden: true, 'aria-label': t('カメラの映像', 'Camera') });
  const out = h('div', { 'aria-live': 'polite' });
  const element = h('fieldset.field', {});
  let stream = null;
  element.photo = null;
  const stop = () => { stream?.getTracks().forEach((track) => track.stop()); stream = null; video.hidden = true; shoot.hidden = true; };
  const open = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user', width: { ideal: 640 } }, audio: false });
      video.srcObject = stream;
      video.hidden = false;
      shoot.hidden = false;
      await video.play();
    } catch { fill(out, notice('wait', t('カメラを使えません。描いた写真で作れます。', 'No camera can be used here. A drawn picture will do.'))); }
  };
  const take = async () => {
    const scale = Math.max(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
    const w = video.videoWidth * scale, v = video.videoHeight * scale;
    canvas.getContext('2d').drawImage(video, (WIDTH - w) / 2, (HEIGHT - v) / 2, w, v);
    stop();
    const taken = await bytes(canvas);
    element.photo = taken && base64url.encode(taken);
    fill(out, notice('good', t('この写真をカードに載せます。', 'This picture goes on the card.')));
  };
  const shoot = button(t('撮る', 'Take it'), { do: 'take-picture', onclick: take, hidden: true });
  const drawn = () => { stop(); element.photo = null; canvas.getContext('2d').clearRect(0, 0, WIDTH, HEIGHT); fill(out, notice('info', t('窓口が似顔絵を描きます。', 'The desk draws one.'))); };
  fill(element, h('legend', {}, t('写真', 'Picture')),
    h('p.hint', {}, t('撮った写真はこのカードだけに使い、この画面には残りません。', 'It goes on this card and stays nowhere else.')),
    h('div.portraits', {}, canvas, video),
    h('div.buttons', {}, button(t('カメラで撮る', 'Use the camera'), { do: 'camera', onclick: open }), shoot,
      button(t('描いた写真にする', 'A drawn picture'), { do: 'drawn', onclick: drawn })), out);
  return element;
}
