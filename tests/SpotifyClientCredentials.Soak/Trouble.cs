namespace SpotifyClientCredentials.Soak;

/// <summary>A time in which the server gave a token request no token, or could not be reached at all.</summary>
internal sealed class Trouble(TimeSpan start, TroubleKind kind)
{
    public TimeSpan Start => start;

    public TroubleKind Kind { get; set; } = kind;

    /// <summary>Null while it lasts.</summary>
    public TimeSpan? End { get; set; }
}

internal enum TroubleKind
{
    /// <summary>One token request: 503, a reset, no answer, or none yet.</summary>
    WithoutResponse,

    /// <summary>One token request whose secret was not, or no longer, the right one.</summary>
    Refused,

    /// <summary>Nobody listened on the port.</summary>
    Down,
}
