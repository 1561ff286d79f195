namespace SpotifyClientCredentials.Soak;

/// <summary>A token that the server issued.</summary>
/// <param name="Value">The value of the token.</param>
/// <param name="Secret">The number of the secret in the token request.</param>
/// <param name="RequestedAt">When the token request arrived.</param>
internal sealed record IssuedToken(string Value, int Secret, TimeSpan RequestedAt)
{
    /// <summary>When the response was sent; null until then, or if the server went down at that time.</summary>
    public TimeSpan? SentAt { get; set; }

    public TimeSpan RevokedAt { get; set; } = TimeSpan.MaxValue;

    public TimeSpan ExpiresAt => RequestedAt + SoakSettings.TokenLifetime;

    /// <summary>When the token becomes unusable: at its revocation or at its margin.</summary>
    public TimeSpan UnusableFrom => RevokedAt < ExpiresAt - SoakSettings.Margin ? RevokedAt : ExpiresAt - SoakSettings.Margin;
}
