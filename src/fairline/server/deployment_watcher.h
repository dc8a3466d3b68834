// Keeps the deployment equal to what the registry says is in Production, whoever changed it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "fairline/decisioning/deployment.h"

namespace fairline {

class DeploymentWatcher {
 public:
  /// Looks once before it returns, then every 200 ms on its own thread.
  explicit DeploymentWatcher(Deployments& deployments);
  ~DeploymentWatcher();

 private:
  void Run(std::stop_token stop);
  void Look();

  Deployments& deployments_;
  std::string last_error_;  // logged once, not at every look
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace fairline
