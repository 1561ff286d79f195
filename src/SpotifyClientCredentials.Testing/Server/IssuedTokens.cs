using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>The access tokens that the fake Web API accepts, each from its activation until its lifetime is over.</summary>
/// <remarks>Lifetimes are measured by timestamps, so a test that sets the client's wall clock doesn't change them.</remarks>
internal sealed class IssuedTokens(TimeProvider timeProvider)
{
    private const string Base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ConcurrentDictionary<string, (long Start, TimeSpan Lifetime)> _tokens = new(StringComparer.Ordinal);

    private long _activationDelayTicks;

    public TimeSpan ActivationDelay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _activationDelayTicks));
        set => Interlocked.Exchange(ref _activationDelayTicks, value.Ticks);
    }

    public string Issue(long start, TimeSpan lifetime)
    {
        string token = "BQ" + RandomNumberGenerator.GetString(Base64Url, 128);
        _tokens[token] = (start, lifetime);
        return token;
    }

    public bool Accepts(string token) =>
        _tokens.TryGetValue(token, out (long Start, TimeSpan Lifetime) issued)
        && timeProvider.GetElapsedTime(issued.Start) is var age && age >= ActivationDelay && age < issued.Lifetime;

    public void Revoke() => _tokens.Clear();
}
