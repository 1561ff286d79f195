using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Cache;

/// <summary>The tokens that the Web API rejected, and when the next rejection may cost a token request. Immutable.</summary>
/// <param name="ToReplace">The rejected token that the next acquisition has to replace, or null.</param>
/// <param name="Unproven">The token that came after a rejected one, until the API accepts one; or null.</param>
/// <param name="InRow">How many unproven tokens that the token endpoint had just granted have been rejected in turn.</param>
/// <param name="ForcedAt">
/// The <see cref="TimeProvider"/> timestamp of the last token that the token endpoint granted because another had been rejected, or null.
/// </param>
internal sealed record ForcedRenewals(AccessToken? ToReplace, AccessToken? Unproven, int InRow, long? ForcedAt)
{
    public static ForcedRenewals None { get; } = new(null, null, 0, null);

    /// <summary>Whether what is to be replaced is itself what a store had in place of a rejected token.</summary>
    public bool IsStoreRuledOut { get; private init; }

    /// <param name="window">The renewal window of the token that would be rejected.</param>
    /// <param name="timeProvider">The clock of <see cref="ForcedAt"/>.</param>
    public bool MayForceAnother(TimeSpan window, TimeProvider timeProvider) =>
        ForcedAt is not { } forcedAt || timeProvider.GetElapsedTime(forcedAt) >= RenewalPolicy.RejectionPause(window, Unproven is null ? 0 : InRow);

    public ForcedRenewals Rejected(AccessToken token)
    {
        int inRow = Unproven switch
        {
            null => 0,
            { Origin: TokenOrigin.Endpoint } => InRow + 1,
            // It cost the token endpoint nothing.
            _ => InRow,
        };
        return new(token, Unproven: null, inRow, ForcedAt) { IsStoreRuledOut = Unproven?.Origin == TokenOrigin.Store };
    }

    public ForcedRenewals Accepted(AccessToken token) => Unproven?.HasSameValueAs(token) == true ? this with { Unproven = null } : this;

    /// <param name="token">The token that was acquired.</param>
    /// <param name="isForced">Whether it was acquired because another had been rejected.</param>
    /// <param name="now">The timestamp of this moment.</param>
    public ForcedRenewals Acquired(AccessToken token, bool isForced, long now) => this with
    {
        ToReplace = null,
        Unproven = isForced || Unproven is not null ? token : null,
        ForcedAt = isForced && token.Origin == TokenOrigin.Endpoint ? now : ForcedAt,
        IsStoreRuledOut = false,
    };
}
