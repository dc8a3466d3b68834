// SHA-256, the one digest of this program: bundles, idempotency, record fingerprints.
#pragma once

#include <string>
#include <string_view>

namespace fairline {

/// 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace fairline
