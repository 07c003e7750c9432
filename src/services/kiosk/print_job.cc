#include "services/kiosk/print_job.h"

#include "base/hex.h"
#include "codec/cbor/writer.h"

namespace mitome::services {

crypto::Sha256Digest person_digest(const Resident& resident) {
  cbor::Writer out;
  out.array(6).text("mitome-resident-1").text(resident.name).text(resident.kana).text(resident.address);
  return crypto::sha256(out.text(to_full_date(resident.birth_date)).text(resident.sex).take());
}

std::string binding_of(const PrintJob& job) {
  cbor::Writer out;
  out.array(5).text("mitome-job-1").text(job.id).text(job.visit).bytes(job.person).text(job.serial);
  return "mitome-job:" + job.id + ":" + to_hex(crypto::sha256(out.take()));
}

}  // namespace mitome::services
