// Before the first customer: is this the kiosk that was approved? (threats SVC-3, Takamatsu)
#include <set>

#include "codec/cbor/writer.h"
#include "crypto/hash.h"
#include "services/kiosk/kiosk.h"

namespace mitome::services {
namespace {

Error unfit(const std::string& what) { return {Reason::KIOSK_UNFIT, what}; }

Result<void> check_terminals(const KioskConfig& config, const Directory& directory) {
  std::set<std::string> ids, names;
  std::set<const apdu::CardReader*> readers;
  for (const Terminal& each : config.terminals) {
    if (!directory.shop(each.shop)) return unfit("terminal " + each.id + " stands in no shop");
    if (!ids.insert(each.id).second) return unfit("two terminals are called " + each.id);
    if (!each.reader) return unfit("terminal " + each.id + " has no reader");
    if (!readers.insert(each.reader).second || !names.insert(each.reader->name()).second) return unfit("two terminals share a reader");
  }
  if (ids.empty()) return unfit("no terminals");
  return {};
}

Result<void> check_offices(const KioskConfig& config, const Directory& directory) {
  std::set<std::string> served;
  for (const Office& each : config.offices) {
    if (!directory.municipality(each.municipality)) return unfit("municipality " + each.municipality + " is not in the directory");
    if (!served.insert(each.municipality).second) return unfit("two offices for " + each.municipality);
    if (each.seal.chain.empty() || !each.seal.key) return unfit("no seal for " + each.municipality);
    if (!(each.seal.chain.front().public_key() == each.seal.key->public_key())) return unfit("the seal's certificate is for another key");
  }
  if (served.size() != directory.municipalities().size()) return unfit("a municipality has no office");
  return {};
}

}  // namespace

Bytes topology_hash(const KioskConfig& config) {
  cbor::Writer out;
  out.array(3).text("mitome-kiosk-topology-1").array(config.terminals.size());
  for (const Terminal& each : config.terminals) {
    out.array(3).text(each.id).text(each.shop).text(each.reader ? each.reader->name() : "");
  }
  out.array(config.offices.size());
  for (const Office& each : config.offices) {
    const Bytes certificate = each.seal.chain.empty() ? Bytes{} : each.seal.chain.front().der();
    out.array(3).text(each.municipality).text(each.residents).bytes(crypto::sha256(certificate));
  }
  const auto hash = crypto::sha256(out.take());
  return {hash.begin(), hash.end()};
}

Result<void> self_test(const KioskConfig& config, const Directory& directory) {
  TRY(check_terminals(config, directory));
  TRY(check_offices(config, directory));
  if (config.authentication.authorities.empty()) return unfit("no authority to check certificates by");
  if (!equal(topology_hash(config), config.approved)) return unfit("the topology is not the approved one");
  return {};
}

}  // namespace mitome::services
