namespace SpotifyClientCredentials.Soak;

/// <summary>What the run is made of, and what the library promises for it.</summary>
internal static class SoakSettings
{
    public const int Callers = 64;

    public static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(20);

    /// <summary>The renewal window of such a token: a quarter of its life. No pause between forced renewals is longer.</summary>
    public static readonly TimeSpan Window = TokenLife / 4;

    /// <summary>The end of the window, in which the token is no longer handed out.</summary>
    public static readonly TimeSpan Margin = Window / 5;

    public static readonly TimeSpan TokenRequestTimeout = TimeSpan.FromSeconds(4);

    /// <summary>The longest that no request is sent after a failure, while there is no usable token.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    /// <summary>The same after an answer that says that the credentials are wrong. Changed credentials end it.</summary>
    public static readonly TimeSpan LongestBackoffOfRefusal = TimeSpan.FromSeconds(30);

    /// <summary>What client and server may be apart in their view of the time: threads get their turn late on a busy machine.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
}
