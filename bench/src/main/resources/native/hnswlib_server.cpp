// hnswlib as a long-lived process for Sagitta's benchmark. Requests are lines on stdin, followed by raw
// little-endian floats where said; answers are one line on stdout, followed by raw bytes where said.
//
//   build <n> <d> <M> <efConstruction> <threads> <l2|ip>   + n*d floats   -> ok <seconds>
//   queries <nq>                                           + nq*d floats  -> ok
//   search <k> <ef> <threads> <batch|single> <repeat>
//       -> ok <seconds>, then nq*k int64 ids (-1 pads), then for single repeat*nq int64 nanoseconds
//   save <path>                                                           -> ok <bytes>
//
// Built by HnswlibLibrary with -O3 -march=native, which is how it is meant to be used: a generic build is several
// times slower and is never quoted.

#include <hnswlib/hnswlib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

static double seconds(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

template <class F>
static void parallel(size_t n, int threads, F body) {
  std::atomic<size_t> next(0);
  auto work = [&] {
    size_t i;
    while ((i = next.fetch_add(16)) < n) {
      for (size_t j = i; j < std::min(n, i + 16); j++) body(j);
    }
  };
  std::vector<std::thread> helpers;
  for (int t = 1; t < threads; t++) helpers.emplace_back(work);
  work();
  for (auto& h : helpers) h.join();
}

int main() {
  std::unique_ptr<hnswlib::SpaceInterface<float>> space;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> index;
  std::vector<float> queries;
  size_t nq = 0, d = 0;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream in(line);
    std::string op;
    in >> op;
    if (op == "build") {
      size_t n, M, efc;
      int threads;
      std::string metric;
      in >> n >> d >> M >> efc >> threads >> metric;
      std::vector<float> x(n * d);
      std::cin.read(reinterpret_cast<char*>(x.data()), n * d * sizeof(float));
      auto start = Clock::now();
      index.reset();
      if (metric == "l2") space.reset(new hnswlib::L2Space(d));
      else space.reset(new hnswlib::InnerProductSpace(d));
      index.reset(new hnswlib::HierarchicalNSW<float>(space.get(), n, M, efc));
      if (n > 0) index->addPoint(x.data(), 0);
      parallel(n - 1, threads, [&](size_t i) { index->addPoint(x.data() + (i + 1) * d, i + 1); });
      std::cout << "ok " << seconds(start) << std::endl;
    } else if (op == "queries") {
      in >> nq;
      queries.resize(nq * d);
      std::cin.read(reinterpret_cast<char*>(queries.data()), nq * d * sizeof(float));
      std::cout << "ok" << std::endl;
    } else if (op == "search") {
      size_t k, ef;
      int threads, repeat;
      std::string mode;
      in >> k >> ef >> threads >> mode >> repeat;
      index->setEf(ef);
      std::vector<int64_t> ids(nq * k, -1), nanos;
      auto one = [&](size_t i) {
        auto found = index->searchKnn(queries.data() + i * d, k);
        size_t count = found.size();
        for (size_t j = count; j-- > 0; found.pop()) ids[i * k + j] = found.top().second;
      };
      double total = 0;
      if (mode == "single") {
        nanos.reserve(repeat * nq);
        for (int r = 0; r < repeat; r++) {
          for (size_t i = 0; i < nq; i++) {
            auto start = Clock::now();
            one(i);
            auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
            nanos.push_back(took);
            total += took * 1e-9;
          }
        }
      } else {
        auto start = Clock::now();
        for (int r = 0; r < repeat; r++) parallel(nq, threads, one);
        total = seconds(start);
      }
      std::cout << "ok " << total << "\n";
      std::cout.write(reinterpret_cast<char*>(ids.data()), ids.size() * sizeof(int64_t));
      std::cout.write(reinterpret_cast<char*>(nanos.data()), nanos.size() * sizeof(int64_t));
      std::cout.flush();
    } else if (op == "save") {
      std::string path;
      in >> path;
      index->saveIndex(path);
      std::ifstream f(path, std::ios::binary | std::ios::ate);
      std::cout << "ok " << f.tellg() << std::endl;
    } else {
      std::cout << "unknown " << op << std::endl;
    }
  }
  return 0;
}
