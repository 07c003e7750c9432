// The film of the holder's face: three seconds, small and grey, so that no more leaves the phone than the judge needs.
import { h, t, api, base64url, svg } from '/ui/ui.js';

const WIDTH = 160;
const HEIGHT = 120;
const RATE = 12;
const SECONDS = 3;

export const motionText = (motion) => ({
  blink: t('目を閉じて、また開けてください', 'Close your eyes and open them again'),
  'turn-left': t('顔をゆっくり左に向けて、戻してください', 'Turn your head slowly to your left and back'),
  'turn-right': t('顔をゆっくり右に向けて、戻してください', 'Turn your head slowly to your right and back'),
}[motion] ?? motion);
/** The camera's view: an element with start(), film(onProgress), play(film, onProgress) and stop(). */
export function cameraView() {
  const video = h('video', { autoplay: true, muted: true, playsinline: true, 'aria-label': t('カメラの映像', 'What the camera sees') });
  const screen = h('canvas', { width: WIDTH, height: HEIGHT, hidden: true, 'aria-label': t('見本の動画', 'Sample film'), role: 'img' });
  const ring = svg('svg', { viewBox: '0 0 100 100', class: 'camera-ring', 'aria-hidden': 'true' },
    ...['track', 'done'].map((name) => svg('path', { d: 'M50 4a37 46 0 0 1 0 92 37 46 0 0 1 0-92', pathLength: 100, class: name })));
  const element = h('div', { class: 'camera' }, video, screen, ring);
  const progress = (share) => ring.lastChild.setAttribute('stroke-dasharray', `${Math.round(share * 100)} 100`);
  let stream = null;
  progress(0);

  element.start = async () => {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('no camera here', 'NotFoundError');
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } }, audio: false });
    video.srcObject = stream;
    await video.play();
  };
  element.stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
  };
  element.film = async (onProgress) => {
    const canvas = h('canvas', { width: WIDTH, height: HEIGHT });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const frames = [];
    const total = RATE * SECONDS;
    const begun = performance.now();
    for (let i = 0; i < total; i += 1) {
      frames.push(grab(video, context));
      progress((i + 1) / total);
      onProgress?.((i + 1) / total);
      await until(begun + ((i + 1) * 1000) / RATE);
    }
    // What was measured, not what was wished: a slow machine films fewer frames in a second.
    const rate = Math.max(1, Math.round((total * 1000) / (performance.now() - begun)));
    return { width: WIDTH, height: HEIGHT, frames_per_second: rate, frames };
  };
  element.play = async (film, onProgress) => {
    video.hidden = true;
    screen.hidden = false;
    screen.width = film.width;
    screen.height = film.height;
    const context = screen.getContext('2d');
    const begun = performance.now();
    for (let i = 0; i < film.frames.length; i += 1) {
      context.putImageData(picture(film, film.frames[i]), 0, 0);
      progress((i + 1) / film.frames.length);
      onProgress?.((i + 1) / film.frames.length);
      await until(begun + ((i + 1) * 1000) / film.frames_per_second);
    }
  };
  return element;
}

const until = (at) => new Promise((resolve) => { setTimeout(resolve, Math.max(0, at - performance.now())); });

/** One frame, cut to 4:3 from the middle, as 8-bit grey (BT.601 luma). */
function grab(video, context) {
  const scale = Math.max(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
  const [w, v] = [WIDTH / scale, HEIGHT / scale];
  context.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - v) / 2, w, v, 0, 0, WIDTH, HEIGHT);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  const grey = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < grey.length; i += 1) grey[i] = (data[4 * i] * 77 + data[4 * i + 1] * 150 + data[4 * i + 2] * 29) >> 8;
  return base64url.encode(grey);
}

function picture(film, frame) {
  const grey = base64url.decode(frame);
  const image = new ImageData(film.width, film.height);
  for (let i = 0; i < grey.length; i += 1) {
    image.data.fill(grey[i], 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** The built-in film of somebody who makes this movement, for a visitor without a camera. */
export const sampleFilm = (motion, who) => api.get(`/api/sample-film?motion=${encodeURIComponent(motion)}&who=${encodeURIComponent(who)}`);

/** A still picture held before the camera: the film's first frame again and again. It must be refused. */
export const stillFilm = (film) => ({ ...film, frames: film.frames.map(() => film.frames[0]) });
