#include "credential/statuslist/status_list_token.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto document = cbor::Document::parse(input);
  if (!document) return;
  const auto list = statuslist::StatusList::read(document->root());
  check_refusal(list);
  if (!list) return;
  CHECK(list->bytes().size() <= statuslist::kMaxListBytes);
  if (list->size() > 0) CHECK(list->get(list->size() - 1) < (1U << list->bits()));
}
