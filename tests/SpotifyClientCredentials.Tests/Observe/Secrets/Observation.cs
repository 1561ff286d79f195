using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// Records every channel, other than the network, through which a secret could leave the process, and searches them for secrets.
/// Activities, metrics and events belong to the process, so tests that use this belong in <see cref="Support.NonParallel"/>.
/// </summary>
internal sealed class Observation : IDisposable
{
    private readonly EventSourceRecorder _events = new();
    private readonly ActivityRecorder _activities = new();
    private readonly MetricRecorder _metrics = new();
    private readonly ObjectRecorder _objects = new();

    public SecretSearch Secrets { get; } = new();

    /// <summary>Add it to the logging of the observed application, at Trace and for all categories.</summary>
    public RecordingLoggerProvider Log { get; } = new();

    /// <summary>The channels, each with all that was recorded so far.</summary>
    public IReadOnlyDictionary<string, string> Channels
    {
        get
        {
            foreach (Exception logged in Log.Entries.Select(entry => entry.Exception).OfType<Exception>())
            {
                _objects.Show(logged);
            }

            Dictionary<string, string> channels = EventSourceRecorder.Sources.ToDictionary(source => source, _events.TextOf);
            channels.Add("log", Log.Text);
            channels.Add("activity", _activities.Text);
            channels.Add("metric", _metrics.Text());
            foreach (string channel in new[] { "ToString", "debugger", "JSON", "exception" })
            {
                channels.Add(channel, _objects.TextOf(channel));
            }

            return channels;
        }
    }

    /// <summary>The channels in which a secret was found.</summary>
    public IEnumerable<string> Leaks => Channels.Where(channel => Secrets.FindIn(channel.Value).Count > 0).Select(channel => channel.Key);

    /// <summary>Records an object in every form in which it can be shown.</summary>
    public void Show(object value) => _objects.Show(value);

    /// <param name="channels">The channels that mustn't be empty, so that the search proves something.</param>
    public void AssertNoLeak(params string[] channels)
    {
        IReadOnlyDictionary<string, string> all = Channels;
        Assert.All(channels, channel => Assert.NotEmpty(all[channel]));
        foreach ((string channel, string text) in all)
        {
            Assert.True(Secrets.FindIn(text).Count == 0, $"In {channel}: {Secrets.Excerpt(text)}");
        }
    }

    public void Dispose()
    {
        _events.Dispose();
        _activities.Dispose();
        _metrics.Dispose();
        Log.Dispose();
    }
}
