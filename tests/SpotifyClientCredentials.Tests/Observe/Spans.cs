using System.Collections.Concurrent;
using System.Diagnostics;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>
/// Records the library's spans when they end. Activities belong to the process, and a traced token request has an additional header, so
/// tests with spans belong in <see cref="Support.NonParallel"/>.
/// </summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    /// <param name="others">The names of other sources to record.</param>
    public Spans(params string[] others)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SpotifyClientCredentialsTelemetry.ActivitySourceName || others.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Of(string source) => [.. _ended.Where(span => span.Source.Name == source)];

    /// <summary>The tags of the n-th span, counted from 1.</summary>
    public SortedDictionary<string, object?> Tags(int number) =>
        new(Of(SpotifyClientCredentialsTelemetry.ActivitySourceName)[number - 1].TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value), StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();
}
