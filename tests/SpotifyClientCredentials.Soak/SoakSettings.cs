namespace SpotifyClientCredentials.Soak;

/// <summary>The settings of the run, and the limits that the library guarantees for them.</summary>
internal static class SoakSettings
{
    public const int Callers = 64;

    public static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(20);

    /// <summary>The renewal window of such a token: a quarter of its lifetime. Also the longest pause between forced renewals.</summary>
    public static readonly TimeSpan Window = TokenLifetime / 4;

    /// <summary>The last part of the window, in which the token is no longer used.</summary>
    public static readonly TimeSpan Margin = Window / 5;

    public static readonly TimeSpan TokenRequestTimeout = TimeSpan.FromSeconds(4);

    /// <summary>The longest backoff after a transient failure while there is no usable token.</summary>
    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(5);

    /// <summary>The longest backoff after a response that rejects the credentials. Changed credentials end it.</summary>
    public static readonly TimeSpan MaxBackoffAfterRejection = TimeSpan.FromSeconds(30);

    /// <summary>How far client and server may differ about the time of an event, because threads run late on a busy machine.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
}
