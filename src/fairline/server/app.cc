// Wiring. The order of Parts is the order of birth; Stop() undoes it: first no new requests, then
// the last commits, then everything else.
#include "fairline/server/app.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/log.h"
#include "fairline/core/metrics.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/deployment.h"
#include "fairline/registry/registry.h"
#include "fairline/server/deployment_watcher.h"
#include "fairline/server/http/server.h"
#include "fairline/server/router.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {
namespace {

Result<HttpSettings> ReadHttpSettings(const Config& config) {
  HttpSettings settings;
  settings.host = config.String("server.address");
  const int64_t port = config.Integer("server.port");
  if (port < 0 || port > 65535) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("server.port: {} is not a port (0 to 65535)", port));
  }
  settings.port = static_cast<int>(port);
  const int64_t threads = config.Integer("server.threads");
  const int64_t cores = std::max(1u, std::thread::hardware_concurrency());
  if (threads < 0 || threads > limits::kServerThreads) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("server.threads: {} is not in 0 to {}",
                                                         threads, limits::kServerThreads));
  }
  settings.threads = static_cast<int>(threads == 0 ? cores : threads);
  return settings;
}

/// A connection is a descriptor; the usual soft limit of 1024 is below limits::kConnections.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

struct App::Parts {
  Parts(std::unique_ptr<Database> opened, const std::filesystem::path& folder, const Config& config)
      : database(std::move(opened)),
        objects(OpenDiskStore(folder / "objects")),
        registry(*database, *objects, SystemClock(), ids),
        deployments(registry, ReadDeploymentSettings(config)) {
    writer.emplace(*database, ids, metrics);
    router.emplace(Services{*database, deployments, *writer, metrics, SystemClock(), ids});
  }

  IdGenerator ids{SystemClock()};
  Metrics metrics;
  std::unique_ptr<Database> database;
  std::unique_ptr<ObjectStore> objects;
  Registry registry;
  Deployments deployments;
  std::optional<Router> router;
  std::unique_ptr<HttpServer> http;
  std::optional<DecisionWriter> writer;  // its last commits answer through http
  std::unique_ptr<DeploymentWatcher> watcher;
};

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App() { Stop(); }

int App::port() const { return parts_->http->port(); }

void App::Stop() {
  parts_->watcher.reset();
  if (parts_->http) parts_->http->Stop();
  parts_->writer.reset();
  parts_->http.reset();
}

Result<std::unique_ptr<App>> App::Start(const Config& config) {
  const HttpSettings settings = FAIRLINE_TRY(ReadHttpSettings(config));
  const std::filesystem::path folder = config.String("storage.directory");
  auto parts =
      std::make_unique<Parts>(FAIRLINE_TRY(OpenSqlite(folder / "fairline.db")), folder, config);
  parts->http = FAIRLINE_TRY(HttpServer::Listen(settings, *parts->router));
  parts->watcher = std::make_unique<DeploymentWatcher>(parts->deployments);
  parts->http->Start();
  return std::unique_ptr<App>(new App(std::move(parts)));
}

Status Serve(const Config& config) {
  RaiseDescriptorLimit();
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  // Blocked before the first thread starts, so that only sigwait below sees them.
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  const auto app = FAIRLINE_TRY(App::Start(config));
  LogInfo("server.started", {{"address", config.String("server.address")}, {"port", app->port()}});
  int received = 0;
  sigwait(&stop_signals, &received);
  LogInfo("server.stopping", {{"signal", received == SIGTERM ? "SIGTERM" : "SIGINT"}});
  pthread_sigmask(SIG_UNBLOCK, &stop_signals, nullptr);
  app->Stop();
  LogInfo("server.stopped");
  return {};
}

}  // namespace fairline
