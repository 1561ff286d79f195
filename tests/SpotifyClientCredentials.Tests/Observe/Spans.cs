using System.Collections.Concurrent;
using System.Diagnostics;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>
/// Keeps the library's spans that have ended. Activities are the whole process's, and a token request that is traced carries a header more:
/// for classes in <see cref="Support.NonParallel"/>.
/// </summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    /// <param name="others">The names of further sources that are heard.</param>
    public Spans(params string[] others)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name || others.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Of(string source) => [.. _ended.Where(span => span.Source.Name == source)];

    /// <summary>The tags of the n-th span, counted from 1.</summary>
    public SortedDictionary<string, object?> Tags(int number) =>
        new(Of(Telemetry.Name)[number - 1].TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value), StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();
}
