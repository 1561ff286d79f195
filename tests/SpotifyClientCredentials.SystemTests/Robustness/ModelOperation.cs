using CsCheck;

namespace SpotifyClientCredentials.SystemTests.Robustness;

internal enum Kind
{
    GetToken,
    GetAnotherToken,
    CallApi,
    CallApiOnce,
    CallApiBlocking,
    Cancel,
    Step,
    GetTokenWhenDue,
    Pause,
    Sleep,
    SetWallClock,
    StopWallClock,
    Grant,
    GrantFromStore,
    Fail,
    FailWithRetryAfter,
    FailRateLimited,
    FailPermanently,
    EndpointGrants,
    EndpointFails,
    EndpointHangs,
    Revoke,
    RejectEverything,
    RejectNewTokens,
    AcceptAgain,
    RejectOnce,
    OverloadOnce,
    ForbidOnce,
    HoldResponse,
    ReleaseResponse,
    ReloadCredentials,
    ReloadSameCredentials,
    ReloadOtherSetting,
    ReloadInvalid,
    Dispose,
}

/// <param name="Kind">The kind of the operation.</param>
/// <param name="Seconds">The time of the step, the lifetime of the token, or the Retry-After.</param>
/// <param name="Choice">Selects one of several, such as the call to cancel.</param>
/// <param name="IsHasty">Whether the next operation follows before what this one has started can run.</param>
internal sealed record Operation(Kind Kind, double Seconds, int Choice, bool IsHasty)
{
    private static readonly double[] Times = [0.1, 0.5, 1, 2, 5, 9, 20, 31, 60, 130, 300, 1000, 3600];

    private static readonly Gen<Kind> Anything = Weighted(
        (Kind.GetToken, 30), (Kind.GetAnotherToken, 6), (Kind.CallApi, 30), (Kind.CallApiOnce, 4), (Kind.CallApiBlocking, 4), (Kind.Cancel, 6),
        (Kind.Step, 30), (Kind.GetTokenWhenDue, 15), (Kind.Pause, 4), (Kind.Sleep, 4), (Kind.SetWallClock, 4), (Kind.StopWallClock, 3),
        (Kind.Grant, 25), (Kind.GrantFromStore, 4), (Kind.Fail, 6), (Kind.FailWithRetryAfter, 3), (Kind.FailRateLimited, 1), (Kind.FailPermanently, 2),
        (Kind.EndpointGrants, 4), (Kind.EndpointFails, 2), (Kind.EndpointHangs, 4), (Kind.Revoke, 5), (Kind.RejectEverything, 2), (Kind.RejectNewTokens, 2),
        (Kind.AcceptAgain, 5), (Kind.RejectOnce, 3), (Kind.OverloadOnce, 2), (Kind.ForbidOnce, 2), (Kind.HoldResponse, 3), (Kind.ReleaseResponse, 5),
        (Kind.ReloadCredentials, 3), (Kind.ReloadSameCredentials, 1), (Kind.ReloadOtherSetting, 2), (Kind.ReloadInvalid, 2), (Kind.Dispose, 1));

    private static readonly Gen<Kind> Outage = Weighted(
        (Kind.GetToken, 30), (Kind.CallApi, 10), (Kind.Cancel, 3), (Kind.Step, 30), (Kind.GetTokenWhenDue, 20), (Kind.Sleep, 5), (Kind.SetWallClock, 3), (Kind.StopWallClock, 3),
        (Kind.Grant, 10), (Kind.Fail, 30), (Kind.FailWithRetryAfter, 8), (Kind.FailRateLimited, 3), (Kind.FailPermanently, 2), (Kind.EndpointFails, 6),
        (Kind.EndpointHangs, 4), (Kind.GetAnotherToken, 4), (Kind.ReloadCredentials, 1), (Kind.ReloadInvalid, 1), (Kind.Dispose, 1));

    private static readonly Gen<Kind> Rejections = Weighted(
        (Kind.CallApi, 60), (Kind.CallApiOnce, 4), (Kind.GetAnotherToken, 6), (Kind.GetToken, 4), (Kind.Step, 20), (Kind.GetTokenWhenDue, 8), (Kind.StopWallClock, 2), (Kind.SetWallClock, 2),
        (Kind.EndpointGrants, 25), (Kind.EndpointFails, 3), (Kind.EndpointHangs, 2), (Kind.Grant, 5), (Kind.GrantFromStore, 6), (Kind.Fail, 4), (Kind.Revoke, 25), (Kind.RejectEverything, 4),
        (Kind.RejectNewTokens, 4), (Kind.AcceptAgain, 8), (Kind.RejectOnce, 5), (Kind.OverloadOnce, 3), (Kind.ForbidOnce, 3), (Kind.HoldResponse, 6),
        (Kind.ReleaseResponse, 10), (Kind.Dispose, 1));

    private static readonly Gen<Kind> Renewals = Weighted(
        (Kind.GetToken, 15), (Kind.CallApi, 4), (Kind.GetAnotherToken, 6), (Kind.Cancel, 1), (Kind.Step, 5), (Kind.GetTokenWhenDue, 70), (Kind.Pause, 1),
        (Kind.Sleep, 2), (Kind.SetWallClock, 1), (Kind.StopWallClock, 1), (Kind.Grant, 8), (Kind.GrantFromStore, 2), (Kind.Fail, 10),
        (Kind.FailWithRetryAfter, 2), (Kind.FailPermanently, 1), (Kind.EndpointGrants, 1), (Kind.EndpointFails, 5), (Kind.EndpointHangs, 2),
        (Kind.RejectOnce, 1), (Kind.ReloadOtherSetting, 1), (Kind.Dispose, 1));

    // A token for an hour, its renewal is due, and the token endpoint fails.
    private static readonly Operation[] RenewalIsDue =
    [
        new(Kind.GetToken, 1, 0, IsHasty: false), new(Kind.Grant, 3600, 2, IsHasty: false), new(Kind.EndpointFails, 1, 0, IsHasty: false),
        new(Kind.GetTokenWhenDue, 1, 11, IsHasty: false),
    ];

    private static readonly Gen<bool> RarelyHasty = Gen.Frequency((6, Gen.Const(false)), (1, Gen.Const(true)));

    /// <summary>Fifty operations on average: of everything, of renewals, of a failing token endpoint, or of a rejecting API.</summary>
    public static readonly Gen<Operation[]> Sequences = Gen.OneOf(Of(Anything, 3600), Of(Renewals, 31).Select(operations => RenewalIsDue.Concat(operations).ToArray()), Of(Outage, 130), Of(Rejections, 300));

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    public override string ToString() => FormattableString.Invariant($"{Kind}({Seconds:0.###}, {Choice}){(IsHasty ? "!" : "")}");

    private static Gen<Operation[]> Of(Gen<Kind> kinds, double longest) => (
        from kind in kinds
        from seconds in Gen.Select(Gen.OneOf([.. Times.Where(time => time <= longest)]), Gen.Double[0.8, 1.2], (time, factor) => time * factor)
        from choice in Gen.Int[0, 1000]
        from isHasty in RarelyHasty
        select new Operation(kind, seconds, choice, isHasty)).Array[20, 80];

    private static Gen<Kind> Weighted(params (Kind Kind, int Weight)[] kinds) =>
        Gen.Frequency([.. kinds.Select(entry => (entry.Weight, Gen.Const(entry.Kind)))]);
}
