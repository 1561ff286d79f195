using CsCheck;

namespace SpotifyClientCredentials.SystemTests.Robustness;

internal enum Kind
{
    GetToken,
    CallApi,
    CallApiBlocking,
    Cancel,
    Step,
    JumpWallClock,
    Grant,
    FailTransiently,
    FailWithRetryAfter,
    FailPermanently,
    RejectToken,
    RejectEverything,
    AcceptAgain,
    InvalidateCurrent,
    InvalidateOld,
    ReloadCredentials,
    ReloadSameCredentials,
    ReloadOtherSetting,
    ReloadInvalid,
    Dispose,
}

/// <param name="Kind">The kind of the operation.</param>
/// <param name="Seconds">The time of the step or jump, the lifetime of the token, or the Retry-After.</param>
/// <param name="Choice">Selects one of several, such as the call to cancel.</param>
internal sealed record Operation(Kind Kind, double Seconds, int Choice)
{
    private static readonly double[] Times = [0.5, 1, 2, 5, 9, 20, 31, 60, 130, 300, 1000, 3600];

    private static readonly Gen<Kind> AnyKind = Gen.Frequency(
        (30, Gen.Const(Kind.GetToken)),
        (20, Gen.Const(Kind.CallApi)),
        (2, Gen.Const(Kind.CallApiBlocking)),
        (6, Gen.Const(Kind.Cancel)),
        (40, Gen.Const(Kind.Step)),
        (4, Gen.Const(Kind.JumpWallClock)),
        (30, Gen.Const(Kind.Grant)),
        (6, Gen.Const(Kind.FailTransiently)),
        (3, Gen.Const(Kind.FailWithRetryAfter)),
        (2, Gen.Const(Kind.FailPermanently)),
        (6, Gen.Const(Kind.RejectToken)),
        (2, Gen.Const(Kind.RejectEverything)),
        (4, Gen.Const(Kind.AcceptAgain)),
        (4, Gen.Const(Kind.InvalidateCurrent)),
        (2, Gen.Const(Kind.InvalidateOld)),
        (4, Gen.Const(Kind.ReloadCredentials)),
        (2, Gen.Const(Kind.ReloadSameCredentials)),
        (2, Gen.Const(Kind.ReloadOtherSetting)),
        (2, Gen.Const(Kind.ReloadInvalid)),
        (1, Gen.Const(Kind.Dispose)));

    private static readonly Gen<Operation> Any =
        from kind in AnyKind
        from seconds in Gen.Select(Gen.OneOf(Times), Gen.Double[0.8, 1.2], (time, factor) => time * factor)
        from choice in Gen.Int[0, 1000]
        select new Operation(kind, seconds, choice);

    /// <summary>Fifty operations on average.</summary>
    public static readonly Gen<Operation[]> Sequences = Any.Array[20, 80];

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    public override string ToString() => FormattableString.Invariant($"{Kind}({Seconds:0.###}, {Choice})");
}
