namespace SpotifyClientCredentials.Soak;

/// <summary>A token that the server issued.</summary>
/// <param name="Value">The token itself.</param>
/// <param name="Secret">The number of the secret that the request for it carried.</param>
/// <param name="Arrival">When that request arrived.</param>
internal sealed record IssuedToken(string Value, int Secret, TimeSpan Arrival)
{
    /// <summary>When its answer was on its way; null while it is not, or where the server went down in that moment.</summary>
    public TimeSpan? Delivered { get; set; }

    public TimeSpan Revoked { get; set; } = TimeSpan.MaxValue;

    public TimeSpan Expires => Arrival + SoakSettings.TokenLife;

    /// <summary>When it stopped to be of use: revoked, or within its margin.</summary>
    public TimeSpan RanOut => Revoked < Expires - SoakSettings.Margin ? Revoked : Expires - SoakSettings.Margin;
}
