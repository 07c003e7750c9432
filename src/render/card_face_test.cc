#include "render/card_face.h"

#include <gtest/gtest.h>

#include <openjpeg.h>
#include <turbojpeg.h>

#include <cstdlib>
#include <cstring>

namespace mitome::render {
namespace {

GreyImage gradient(int width, int height) {
  GreyImage image{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) image.pixels.push_back(static_cast<uint8_t>((x * 2 + y) % 256));
  return image;
}

/// The library's own decoder, from memory.
GreyImage decode(const Bytes& file) {
  struct Source { ByteView rest; } source{file};
  opj_stream_t* stream = opj_stream_default_create(OPJ_TRUE);
  opj_stream_set_user_data(stream, &source, nullptr);
  opj_stream_set_user_data_length(stream, file.size());
  opj_stream_set_read_function(stream, [](void* into, OPJ_SIZE_T size, void* user) -> OPJ_SIZE_T {
    ByteView& rest = static_cast<Source*>(user)->rest;
    const size_t given = std::min<size_t>(size, rest.size());
    if (given == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(into, rest.data(), given);
    rest = rest.subspan(given);
    return given;
  });
  opj_codec_t* codec = opj_create_decompress(OPJ_CODEC_JP2);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_setup_decoder(codec, &parameters);
  opj_image_t* image = nullptr;
  CHECK(opj_read_header(stream, codec, &image) != OPJ_FALSE && opj_decode(codec, stream, image) != OPJ_FALSE);
  CHECK(image->numcomps == 1);
  GreyImage out{static_cast<int>(image->comps[0].w), static_cast<int>(image->comps[0].h), {}};
  for (size_t i = 0; i < size_t{image->comps[0].w} * image->comps[0].h; ++i)
    out.pixels.push_back(static_cast<uint8_t>(image->comps[0].data[i]));
  opj_image_destroy(image);
  opj_destroy_codec(codec);
  opj_stream_destroy(stream);
  return out;
}

TEST(CardFace, APhotoIsSmallAndStillItself) {
  const GreyImage photo = gradient(120, 160);
  const Bytes file = encode_jpeg2000(photo).value();
  EXPECT_LT(file.size(), photo.pixels.size() / 10);
  const GreyImage seen = decode(file);
  ASSERT_EQ(seen.width, 120);
  ASSERT_EQ(seen.height, 160);
  int64_t difference = 0;
  for (size_t i = 0; i < photo.pixels.size(); ++i) difference += std::abs(int{photo.pixels[i]} - int{seen.pixels[i]});
  EXPECT_LT(difference / static_cast<int64_t>(photo.pixels.size()), 12) << "of 256 on the average";
  EXPECT_TRUE(encode_jpeg2000(gradient(1, 1)));
}

TEST(CardFace, APngComesBackAsItsGreyPixels) {
  const GreyImage image = gradient(31, 9);
  const GreyImage seen = read_picture_grey(encode_png(image)).value();
  EXPECT_EQ(seen.width, 31);
  for (size_t i = 0; i < image.pixels.size(); ++i) EXPECT_NEAR(seen.pixels[i], image.pixels[i], 1);
}

TEST(CardFace, AJpegIsReadToo) {
  const GreyImage image = gradient(40, 30);
  unsigned char* made = nullptr;
  unsigned long size = 0;
  tjhandle encoder = tjInitCompress();
  ASSERT_EQ(tjCompress2(encoder, image.pixels.data(), 40, 0, 30, TJPF_GRAY, &made, &size, TJSAMP_GRAY, 95, 0), 0);
  const Bytes jpeg(made, made + size);
  tjFree(made);
  tjDestroy(encoder);
  const GreyImage seen = read_picture_grey(jpeg).value();
  EXPECT_EQ(seen.width, 40);
  EXPECT_EQ(seen.height, 30);
  EXPECT_NEAR(seen.at(20, 15), image.at(20, 15), 12);
  EXPECT_EQ(read_picture_grey(ByteView{jpeg}.first(jpeg.size() / 2)).error().reason, Reason::MALFORMED) << "cut short";
  Bytes wide = jpeg;
  const auto frame = std::find(wide.begin(), wide.end() - 1, 0xC0);  // SOF0: its height and width are five bytes on
  ASSERT_NE(frame, wide.end() - 1);
  frame[4] = 0xFF;
  EXPECT_EQ(read_picture_grey(wide).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(CardFace, WhatIsNoPngOrTooLargeIsRefused) {
  const auto reason = [](ByteView bytes) { return read_picture_grey(bytes).error().reason; };
  Bytes png = encode_png(gradient(8, 8));
  EXPECT_EQ(reason(as_bytes("no picture at all, not even nearly one")), Reason::MALFORMED);
  EXPECT_EQ(reason(ByteView{png}.first(20)), Reason::MALFORMED);
  EXPECT_EQ(reason(ByteView{png}.first(png.size() - 20)), Reason::MALFORMED);
  png[17] = 0xFF;  // a width of 16 millions
  EXPECT_EQ(reason(png), Reason::LIMIT_EXCEEDED);
  png[17] = png[19] = 0;
  EXPECT_EQ(reason(png), Reason::MALFORMED) << "of no pixels";
}

TEST(CardFace, TextIsBlackOnWhiteInOneBit) {
  const Bytes picture = draw_text_picture("見本　花子", 160, 24).value();
  EXPECT_EQ(picture[24], 1) << "bits a pixel";
  const GreyImage seen = read_picture_grey(picture).value();
  EXPECT_EQ(seen.width, 160);
  EXPECT_EQ(seen.height, 24);
  const auto dark = std::count(seen.pixels.begin(), seen.pixels.end(), 0);
  EXPECT_GT(dark, 200);
  EXPECT_EQ(dark + std::count(seen.pixels.begin(), seen.pixels.end(), 255), 160 * 24);
  const GreyImage longer = read_picture_grey(draw_text_picture("架空県架空市見本町大字例示１２３４番地の５６７８見本荘９０１号", 160, 24).value()).value();
  int right = 0;
  for (int y = 0; y < 24; ++y) right += longer.at(159, y) == 0 ? 1 : 0;
  EXPECT_LT(right, 20) << "it is made small enough to fit";
}

}  // namespace
}  // namespace mitome::render
