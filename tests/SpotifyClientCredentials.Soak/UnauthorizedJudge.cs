namespace SpotifyClientCredentials.Soak;

/// <summary>Judges calls that ended with 401 on a path that needs no user. Not thread-safe.</summary>
/// <remarks>
/// The server must have refused each request of the call, and the rules must not have been able to cure it: the call was sent twice, with another
/// token, or where none could be had with the same; or it was sent once, because no other could be had and the token had never been accepted, or
/// because its path had shortly before refused a token that had just replaced another.
/// </remarks>
internal sealed class UnauthorizedJudge(History history, TokenRequestJudge tokenRequests)
{
    private readonly Dictionary<string, RefusingPath> _refusingPaths = new(StringComparer.Ordinal);

    /// <summary>The server responded to a request.</summary>
    public void OnRequest(string path, IReadOnlyList<ApiRequest> requests)
    {
        ApiRequest last = requests[^1];
        if (last.Refusal == Refusal.None)
        {
            if (_refusingPaths.TryGetValue(path, out RefusingPath? refusing) && refusing.AcceptedAt is null)
            {
                _refusingPaths[path] = refusing with { AcceptedAt = last.At };
            }
        }
        else if (requests.Count > 1 && last.Token != requests[^2].Token)
        {
            _refusingPaths[path] = new RefusingPath(last.Token!, last.At, AcceptedAt: null);
        }
    }

    /// <returns>Why the call may end with 401; null if it may not.</returns>
    public string? Explain(ApiCall call, TimeSpan end)
    {
        IReadOnlyList<ApiRequest> requests = call.Requests;
        if (requests.Count == 0 || requests.Any(request => request.Refusal is Refusal.None or Refusal.NoToken or Refusal.NeedsUser))
        {
            return null;
        }

        ApiRequest first = requests[0];
        ApiRequest last = requests[^1];
        if (requests.Count > 1)
        {
            return last.Token != requests[^2].Token ? "another token refused, too"
                : last.Refusal == Refusal.Gateway ? "gateway, twice"
                : WhyNotReplaced(first.Token!, first.At, end);
        }

        // The request may have been on its way when the credentials changed.
        bool mustRepeat = WasAccepted(first) && !history.HasReloadBetween(first.At - SoakSettings.Slack, end)
            && !history.HasReached(first.Token!, SoakSettings.TokenLifetime - SoakSettings.Margin - SoakSettings.Slack, end);
        return (mustRepeat ? null : WhyNotReplaced(first.Token!, first.At, end))
            ?? (IsRemembered(call.Path, first.At) ? "path had refused a new token" : null);
    }

    private string? WhyNotReplaced(IssuedToken token, TimeSpan from, TimeSpan to) =>
        history.MayHaveNoToken(from, TimeSpan.Zero) || history.MayHaveNoToken(to, TimeSpan.Zero)
            || history.NewsBetween(from, to).Any(time => history.MayHaveNoToken(time - TimeSpan.FromTicks(1), TimeSpan.Zero)) ? "no token to be had"
        : tokenRequests.MayForbid(token, from, to) ? "too many replaced"
        : history.HasClockChangeBetween(from, to) ? "clock changed"
        : null;

    // The client may not know yet of an acceptance.
    private static bool WasAccepted(ApiRequest request) => request.Token!.AcceptedAt < request.At - SoakSettings.Slack;

    private bool IsRemembered(string path, TimeSpan time) => _refusingPaths.TryGetValue(path, out RefusingPath? refusing)
        && refusing.Token.AcceptedAt is not null
        && time < refusing.RefusedAt + SoakSettings.Window + SoakSettings.Slack
        && !(refusing.AcceptedAt < time - SoakSettings.Slack);

    /// <param name="Token">The token that had just replaced another.</param>
    /// <param name="RefusedAt">When the path refused it.</param>
    /// <param name="AcceptedAt">When the path first accepted a token after that.</param>
    private sealed record RefusingPath(IssuedToken Token, TimeSpan RefusedAt, TimeSpan? AcceptedAt);
}
