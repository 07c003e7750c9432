// What is printed on a card, drawn and signed for its surface application.
#include "codec/base64url/base64url.h"
#include "issuer/card_parts.h"
#include "protocol/jpki/surface_files.h"
#include "render/card_face.h"

namespace mitome::issuer {
namespace {

// Sizes in pixels: number and code as measured on real cards (domain.md 1.6), name and address wide enough for the longest.
constexpr int kNameWidth = 320, kAddressWidth = 640, kLineHeight = 24;
constexpr int kNumberWidth = 72, kCodeWidth = 24, kSmallHeight = 12;

Result<Bytes> photo_of(const registry::PersonFacts& facts) {
  TRY_ASSIGN(const render::GreyImage pixels, render::read_picture_grey(facts.portrait));
  return render::encode_jpeg2000(pixels);
}

}  // namespace

Result<json::Value> surface_files(const registry::PersonFacts& facts, const CardFace& face, FileSigner& surface) {
  jpki::SurfaceContent content;
  content.birth_date = facts.birth_date;
  content.sex = facts.sex;
  content.expiry = face.expiry;
  TRY_ASSIGN(content.name_png, render::draw_text_picture(facts.name, kNameWidth, kLineHeight));
  TRY_ASSIGN(content.address_png, render::draw_text_picture(facts.address, kAddressWidth, kLineHeight));
  TRY_ASSIGN(content.photo, photo_of(facts));
  TRY_ASSIGN(content.security_code_png, render::draw_text_picture(face.security_code, kCodeWidth, kSmallHeight));
  TRY_ASSIGN(const Bytes number_png, render::draw_text_picture(facts.my_number, kNumberWidth, kSmallHeight));
  TRY_ASSIGN(const Bytes age, jpki::surface_file_age(facts.birth_date, *surface.signer));
  TRY_ASSIGN(const Bytes whole, jpki::surface_file_face(content, *surface.signer));
  TRY_ASSIGN(const Bytes number, jpki::surface_file_number(number_png, *surface.signer));
  json::Value files = json::Value::array();
  for (const Bytes& file : {age, whole, jpki::surface_file_version(surface.key_id, facts.local_gov_code), surface.cv_certificate, number})
    files.push(base64url::encode(file));
  return files;
}

}  // namespace mitome::issuer
