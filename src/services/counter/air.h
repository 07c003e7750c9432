// What lies between a counter and the phones before it: Bluetooth and a scanner in life, the town's own radio here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::services {

/// A phone that shows a QR code now, for the simulated hand that holds a scanner to it.
struct Showing {
  std::string phone;          ///< its number in the town
  std::string name, name_ja;  ///< for the clerk's page: "Phone 1"; never the holder's name
  std::string engagement;     ///< what the code says: "mdoc:…"
};

class Air {
 public:
  using Answered = std::function<void(Result<Bytes>)>;
  virtual ~Air() = default;
  virtual std::vector<Showing> showing() = 0;
  /// Sends the reader's first message to the phone that made this engagement. `answered` is called at most once, on any thread, with the
  /// phone's message, whenever its holder has decided; or with what went wrong on the way. UNREACHABLE when no phone here made it: a
  /// picture of a code says whom to call, not how to answer.
  virtual Result<void> send(const std::string& engagement, Bytes message, Answered answered) = 0;
};

}  // namespace mitome::services
