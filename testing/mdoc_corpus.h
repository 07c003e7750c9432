// The negative corpus of mdoc presentations: each case breaks one thing, and each has its reason.
#pragma once

#include <span>

#include "testing/mdoc_world.h"

namespace mitome::testing {

/// One response and how it is verified; good until a case breaks one thing.
struct MdocTrial {
  MdocWorld world;
  Bytes bytes;
  mdoc::VerifyInput input;

  MdocTrial() : bytes(world.response()), input(world.verify_input()) {}
  /// Takes up what was changed in the world.
  void renew() {
    bytes = world.response();
    input = world.verify_input();
  }
  void respond(const Bytes& issuer_signed) { bytes = world.response(issuer_signed); }
  void edit(const std::function<void(CborTree&)>& change) {
    CborTree tree = CborTree::parse(bytes);
    change(tree);
    bytes = tree.encode();
  }
  void edit_document(const std::function<void(CborTree&)>& change) {
    edit([&](CborTree& tree) { change(tree["documents"].at(0)); });
  }
  void edit_item(size_t index, const std::function<void(CborTree&)>& change) {
    edit_document([&](CborTree& document) { document["issuerSigned"]["nameSpaces"][mdoc::kMncNameSpace].at(index).inside(change); });
  }
  /// A rogue issuer: the MSO changed and signed again.
  void edit_mso(const std::function<void(CborTree&)>& change) {
    edit_issuer_auth([&](CborTree& auth) { world.resign(auth, change); });
  }
  void edit_issuer_auth(const std::function<void(CborTree&)>& change) {
    edit_document([&](CborTree& document) { change(document["issuerSigned"]["issuerAuth"]); });
  }
  void edit_device_auth(const std::function<void(CborTree&)>& change) {
    edit_document([&](CborTree& document) { change(document["deviceSigned"]["deviceAuth"]); });
  }
};

struct MdocCase {
  const char* name;  ///< the id of threats.md 2.3 first
  Reason reason;
  void (*spoil)(MdocTrial&);
};

std::span<const MdocCase> mdoc_corpus();

}  // namespace mitome::testing
