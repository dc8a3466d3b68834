// The levels of speed at which a model is scored and explained. All of them give the same bits.
#pragma once

#include <span>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// kReference follows the model as it is written; kPortable has it compiled for any processor; the
/// others for vectors of 256 and 512 bits.
enum class Engine { kReference, kPortable, kAvx2, kAvx512 };
std::string_view EngineName(Engine engine);  // "reference", "portable", "avx2", "avx512"

/// The engines that this processor runs, fastest first.
std::span<const Engine> Engines();
inline Engine FastestEngine() { return Engines().front(); }

/// What models are compiled for where nothing else is said: the fastest, unless the program was
/// told otherwise at its start.
Engine DefaultEngine();
void SetDefaultEngine(Engine engine);

/// The engine of that name, "auto" being the fastest. kInvalidArgument for another name,
/// kUnsupported when this processor does not run it.
Result<Engine> ParseEngine(std::string_view name);

}  // namespace fairline
