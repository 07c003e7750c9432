#pragma once

#include "store/store.h"

namespace mitome::store {

/// Opens or creates a SQLite database: WAL, synchronous=FULL, foreign_keys=ON, trusted_schema=OFF, cell_size_check=ON;
/// one connection that writes and alone checkpoints. path ":memory:" for tests. STORAGE_FAILED.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Migrations& migrations);

}  // namespace mitome::store
