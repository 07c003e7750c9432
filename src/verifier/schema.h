#pragma once

#include "store/store.h"

namespace mitome::verifier {

/// The schema of a verifier's own store: open challenges, and what was used up.
store::Migrations verifier_schema();

}  // namespace mitome::verifier
