#pragma once

#include <cstdint>

namespace mitome::ecosystem {

/// From here on, this process's OpenSSL draws its randomness from the seed.
void seed_openssl(uint64_t seed);

}  // namespace mitome::ecosystem
