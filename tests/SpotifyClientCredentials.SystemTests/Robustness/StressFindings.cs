using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>What the threads of the stress run observed.</summary>
internal sealed class StressFindings
{
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentDictionary<string, int> _violations = new();
    private readonly ConditionalWeakTable<Exception, object> _failures = [];

    /// <summary>What must not happen, and how often it did.</summary>
    public IReadOnlyDictionary<string, int> Violations => _violations;

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void Add(string violation) => _violations.AddOrUpdate(violation, 1, (_, count) => count + 1);

    /// <summary>Checks that each caller gets its own exception instance.</summary>
    public void Got(TokenRequestException failure)
    {
        if (!_failures.TryAdd(failure, failure))
        {
            Add("Two callers got the same exception.");
        }
    }
}
