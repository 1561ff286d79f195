using System.Diagnostics;

namespace SpotifyClientCredentials.Share;

/// <summary>A token as instances hand it on to each other. A class, since a record's text would show it.</summary>
internal sealed class SharedToken
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required string Value { get; init; }

    /// <summary>When it expires, by the clock of the instance that requested it.</summary>
    public required DateTimeOffset ExpiresOn { get; init; }

    /// <summary>Its whole life, from the moment before it was requested.</summary>
    public required TimeSpan Life { get; init; }
}
