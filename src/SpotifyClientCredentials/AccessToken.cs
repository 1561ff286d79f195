using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;

namespace SpotifyClientCredentials;

/// <summary>An access token for the Spotify Web API and the time at which it expires.</summary>
/// <remarks>
/// <para>Immutable and therefore thread-safe. You get one from <see cref="ClientCredentialsTokenProvider"/>; create one yourself only in
/// tests.</para>
/// <para><see cref="ToString"/>, debugger views and <see cref="System.Text.Json"/> leave out <see cref="Value"/>. Other serializers and
/// destructuring loggers don't: don't pass them an instance.</para>
/// <para>RFC 6749, section 1.4; RFC 6750.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AccessToken
{
    /// <summary>Initializes a new instance of the <see cref="AccessToken"/> class, for example to test code that takes one.</summary>
    /// <param name="value">The token, without the word <c>Bearer</c>.</param>
    /// <param name="expiresOn">The time at which it expires.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="value"/> is empty.</exception>
    public AccessToken(string value, DateTimeOffset expiresOn)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        Value = value;
        ExpiresOn = expiresOn.ToUniversalTime();
    }

    /// <summary>The token, as it follows <c>Bearer</c> in an Authorization header (RFC 6750, section 2.1). A secret.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string Value { get; }

    /// <summary>
    /// The time at which Spotify stops accepting the token, in UTC: the time just before the request plus <c>expires_in</c> (RFC 6749,
    /// section 5.1), by the clock of the machine that sent the request.
    /// </summary>
    public DateTimeOffset ExpiresOn { get; }

    /// <summary>Whether another instance requested the token and this one read it from the shared store.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal bool IsFromStore { get; init; }

    /// <summary>
    /// The Authorization header of the token, created once, because one for each request would be an allocation for each request. Any thread may set
    /// it: all of them set an equal one.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal AuthenticationHeaderValue? Header { get; set; }

    /// <summary>Returns a description that includes the expiry and leaves out the token.</summary>
    /// <returns>A text without secrets.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"Access token, expires on {ExpiresOn:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    internal bool HasSameValueAs(AccessToken other) => ReferenceEquals(this, other) || Value == other.Value;
}
