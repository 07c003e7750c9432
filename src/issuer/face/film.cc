#include "issuer/face/film.h"

#include "codec/cbor/reader.h"
#include "issuer/face_judge.h"

namespace mitome::issuer {
namespace {

constexpr size_t kMembers = 7;

Error beyond(std::string what) { return {Reason::LIMIT_EXCEEDED, std::move(what)}; }

Result<int> number_in(const cbor::Value& array, size_t index, int low, int high, std::string_view name) {
  TRY_ASSIGN(const cbor::Value value, array.at(index));
  TRY_ASSIGN(const uint64_t number, value.as_uint());
  if (number < static_cast<uint64_t>(low) || number > static_cast<uint64_t>(high))
    return beyond(std::string{name} + " must be " + std::to_string(low) + " to " + std::to_string(high));
  return static_cast<int>(number);
}

Result<void> read_frames(const cbor::Value& array, Film& film) {
  if (!array.is(cbor::Type::kArray)) return Error{Reason::MALFORMED, "frames"};
  if (array.size() < kMinFrames || array.size() > kMaxFrames)
    return beyond("frames must be " + std::to_string(kMinFrames) + " to " + std::to_string(kMaxFrames));
  const double seconds = static_cast<double>(array.size()) / film.frames_per_second;
  if (seconds < kMinFilmSeconds || seconds > kMaxFilmSeconds) return beyond("the film must last 1.2 to 10 seconds");
  const size_t size = static_cast<size_t>(film.width) * static_cast<size_t>(film.height);
  for (size_t i = 0; i < array.size(); ++i) {
    TRY_ASSIGN(const cbor::Value value, array.at(i));
    TRY_ASSIGN(const ByteView frame, value.as_bytes());
    if (frame.size() != size) return Error{Reason::MALFORMED, "a frame has not width × height bytes"};
    film.frames.push_back(frame);
  }
  return {};
}

}  // namespace

Result<Film> parse_film(ByteView recording) {
  if (recording.size() > kMaxRecordingSize) return beyond("recording over 4 MiB");
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(recording));
  const cbor::Value array = document.root();
  if (!array.is(cbor::Type::kArray) || array.size() != kMembers) return Error{Reason::MALFORMED, "not a film"};
  TRY_ASSIGN(const cbor::Value kind_value, array.at(0));
  TRY_ASSIGN(const std::string_view kind, kind_value.as_text());
  if (kind != "mitome-film-1") return Error{Reason::MALFORMED, "not a film"};
  Film film;
  TRY_ASSIGN(const cbor::Value motion_value, array.at(1));
  TRY_ASSIGN(film.motion, motion_value.as_text());
  TRY_ASSIGN(const cbor::Value nonce_value, array.at(2));
  TRY_ASSIGN(film.nonce, nonce_value.as_bytes());
  TRY_ASSIGN(film.width, number_in(array, 3, kMinFilmSide, kMaxFilmSide, "width"));
  TRY_ASSIGN(film.height, number_in(array, 4, kMinFilmSide, kMaxFilmSide, "height"));
  TRY_ASSIGN(film.frames_per_second,
             number_in(array, 5, kMinFramesPerSecond, kMaxFramesPerSecond, "frames_per_second"));
  TRY_ASSIGN(const cbor::Value frames, array.at(6));
  TRY(read_frames(frames, film));
  return film;
}

}  // namespace mitome::issuer
