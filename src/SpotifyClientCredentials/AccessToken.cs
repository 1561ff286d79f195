using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials;

/// <summary>An access token for the Spotify Web API and the moment at which it expires.</summary>
/// <remarks>
/// <para>Immutable, and so safe for any number of threads. Made by <see cref="ClientCredentialsTokenProvider"/> only.</para>
/// <para><see cref="ToString"/>, debugger views and JSON written by <see cref="System.Text.Json"/> leave <see cref="Value"/> out. Other
/// serializers and loggers that take objects apart know nothing of that: do not give them an instance.</para>
/// <para>RFC 6749, section 1.4; RFC 6750.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AccessToken
{
    internal AccessToken(ConfigurationKeys app, string value, DateTimeOffset expiresOn)
    {
        App = app;
        Value = value;
        ExpiresOn = expiresOn;
        Header = new BearerHeaderValue(this);
    }

    /// <summary>The token itself, as it follows <c>Bearer</c> in an Authorization header (RFC 6750, section 2.1). A secret.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string Value { get; }

    /// <summary>
    /// When Spotify stops to accept the token: the moment before it was requested plus <c>expires_in</c> (RFC 6749, section 5.1), in UTC and
    /// by the clock of the machine that requested it. For display; the library itself measures the token's life with a clock that nobody can
    /// set.
    /// </summary>
    public DateTimeOffset ExpiresOn { get; }

    /// <summary>The app that it was issued to: one instance per app, and per provider where there is no container.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ConfigurationKeys App { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal TokenOrigin Origin { get; init; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal BearerHeaderValue Header { get; }

    /// <summary>Says when the token expires, never its value.</summary>
    /// <returns>A text that contains no secret.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"Access token, expires on {ExpiresOn:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    internal bool HasSameValueAs(AccessToken other) => ReferenceEquals(this, other) || Value == other.Value;
}
