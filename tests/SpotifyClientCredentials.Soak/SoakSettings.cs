namespace SpotifyClientCredentials.Soak;

/// <summary>The settings of the run, and the limits that the library guarantees for them.</summary>
internal static class SoakSettings
{
    public const int Callers = 64;

    /// <summary>How many rejected tokens can be replaced in a row, once the Web API has accepted each.</summary>
    public const int ForcedRenewals = 4;

    public static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(20);

    /// <summary>The renewal window of such a token: a quarter of its lifetime. Also the longest pause between renewals of tokens that nobody accepts.</summary>
    public static readonly TimeSpan Window = TokenLifetime / 4;

    /// <summary>The last part of the window, in which the token is no longer used.</summary>
    public static readonly TimeSpan Margin = Window / 5;

    /// <summary>The time after which one more rejected token can be replaced.</summary>
    public static readonly TimeSpan ForcedRenewalInterval = Window / 4;

    public static readonly TimeSpan TokenRequestTimeout = TimeSpan.FromSeconds(4);

    /// <summary>The shortest backoff after a transient failure, jitter included.</summary>
    public static readonly TimeSpan MinBackoff = TimeSpan.FromSeconds(0.4);

    /// <summary>The longest backoff after a transient failure while there is no usable token, or a rejected one.</summary>
    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(5);

    /// <summary>The backoff after a response that rejects the credentials. Changed credentials end it.</summary>
    public static readonly TimeSpan BackoffAfterRejection = TimeSpan.FromSeconds(30);

    /// <summary>How far client and server may differ about the time of an event, because threads run late on a busy machine.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
}
