using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Share;

/// <summary>Trouble with a store, or with a gate, that is logged when it begins and not again before it was over.</summary>
internal sealed class Outage(ILogger logger)
{
    private int _isOn;

    public void Report(OptionsSnapshot options, string reason)
    {
        if (Interlocked.Exchange(ref _isOn, 1) == 0)
        {
            Log.StoreTrouble(logger, options.Names.ShownName, reason);
        }
    }

    /// <param name="options">Whose secrets must not be shown.</param>
    /// <param name="call">What failed.</param>
    /// <param name="cause">What others than this library threw, or a <see cref="TimeoutException"/> of its own.</param>
    public void Report(OptionsSnapshot options, string call, Exception cause)
    {
        SafeText redaction = new(options.ClientSecret, options.BasicValue);
        Report(options, $"{call} failed with {cause.GetType().Name}: {redaction.Clean(cause.Message, 256)}");
    }

    public void End() => Volatile.Write(ref _isOn, 0);
}
