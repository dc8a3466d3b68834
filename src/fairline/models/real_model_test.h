// The real model of 500 trees beside the project, for tests that skip where it is not.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "fairline/core/file.h"
#include "fairline/core/limits.h"
#include "fairline/models/lightgbm_text.h"

namespace fairline {

/// Nothing, and the test skipped, without FAIRLINE_SHARED_DIR; a model there that cannot be read
/// fails the test.
inline std::optional<TreeEnsemble> RealModel() {
  const char* shared = std::getenv("FAIRLINE_SHARED_DIR");
  if (shared == nullptr) {
    [] { GTEST_SKIP() << "FAIRLINE_SHARED_DIR, with the real model, is not set"; }();
    return std::nullopt;
  }
  const auto text =
      ReadFile(std::string(shared) + "/models/home_credit_500.lgb.txt", limits::kModelBytes);
  auto model = text ? ParseLightGbmModel(*text) : std::unexpected(text.error());
  if (model) return *std::move(model);
  ADD_FAILURE() << model.error().message;
  return std::nullopt;
}

}  // namespace fairline
