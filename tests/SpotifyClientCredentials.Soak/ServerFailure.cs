namespace SpotifyClientCredentials.Soak;

/// <summary>A period in which a token request got no token, or in which none could be sent.</summary>
internal sealed class ServerFailure(TimeSpan start, ServerFailureKind kind)
{
    public TimeSpan Start => start;

    public ServerFailureKind Kind { get; set; } = kind;

    /// <summary>The number of the secret in the token request; null if it is none.</summary>
    public int? Secret { get; set; }

    /// <summary>Null while it lasts.</summary>
    public TimeSpan? End { get; set; }
}

internal enum ServerFailureKind
{
    /// <summary>A token request that got a 503, a reset or no response, or has no response yet.</summary>
    NoResponse,

    /// <summary>A token request whose secret was rejected.</summary>
    Rejected,

    /// <summary>No server listened on the port.</summary>
    Down,

    /// <summary>The vault failed, and the client had no settings.</summary>
    NoSettings,
}
