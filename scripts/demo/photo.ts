// A picture as a phone makes it: 12 megapixels, lying on its side, with the EXIF orientation that says so.
import sharp from "sharp";

/** Stored lying; shown upright it is 3024 × 4032. */
export const STORED = { width: 4032, height: 3024 };

/** Sky, sun, hills and grain, so that encoders have something to do. */
const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="4032" height="3024">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#1d3f72"/><stop offset="0.55" stop-color="#f2a65a"/><stop offset="1" stop-color="#5d4c3f"/>
    </linearGradient>
    <filter id="grain"><feTurbulence type="fractalNoise" baseFrequency="0.6" numOctaves="2" seed="7"/>
      <feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0.35 0"/></filter>
  </defs>
  <rect width="4032" height="3024" fill="url(#sky)"/>
  <circle cx="1500" cy="1000" r="330" fill="#ffe9b0"/>
  <path d="M2300 0 L2750 700 L2420 1300 L2900 2000 L2500 3024 L4032 3024 L4032 0 Z" fill="#2c4a3a"/>
  <path d="M3000 0 L3300 900 L3100 1900 L3350 3024 L4032 3024 L4032 0 Z" fill="#16281f"/>
  <rect width="4032" height="3024" filter="url(#grain)"/>
</svg>`;

/** A JPEG of about 12 megapixels with EXIF orientation 6. */
export const generatePhoto = async (): Promise<Buffer> =>
  sharp(Buffer.from(scene)).withMetadata({ orientation: 6 }).jpeg({ quality: 88 }).toBuffer();
