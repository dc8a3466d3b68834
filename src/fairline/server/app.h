// The server as a whole: stores, registry, deployments, writer and routes, wired from the settings.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fairline/core/config.h"
#include "fairline/core/result.h"

namespace fairline {

class App {
 public:
  /// Opens the store (storage.*), loads the model in Production, if any, and serves; orders the
  /// ledger and makes backups beside that. kUnavailable when the port is in use or the store cannot
  /// be opened.
  static Result<std::unique_ptr<App>> Start(const Config& config, std::string_view program_version);
  ~App();

  int port() const;
  /// Drains: requests that have begun are answered, decisions that are queued are committed.
  void Stop();

 private:
  struct Parts;
  explicit App(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// `fairline serve`: runs until SIGTERM or SIGINT, then drains. A second signal ends the process at
/// once. Logs `server.started` with the address and port that were bound.
Status Serve(const Config& config, std::string_view program_version);

}  // namespace fairline
