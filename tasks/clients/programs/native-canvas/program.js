'use strict';

const { Image, createCanvas } = require('@napi-rs/canvas');
const { called, observe } = require('../support/native');

const picture = createCanvas(8, 8).toBuffer('image/png');

observe(async (note) => {
  await called((done) => {
    const image = new Image();
    image.onload = () => {
      note('onload');
      done();
    };
    image.onerror = done;
    image.src = picture;
  });
  await createCanvas(8, 8).encode('png');
  note('awaited');
});
