using System.Globalization;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>The clock and the options of the stress run. Any thread may change them, one at a time.</summary>
internal sealed class StressWorld(StressClock clock, ChangeableOptions options, StressFindings findings)
{
    private readonly Lock _moving = new();
    private readonly Lock _changing = new();
    private readonly Random _steps = new(-2);   // guarded by _moving
    private readonly Random _changes = new(-3); // guarded by _changing
    private volatile int _secretInForce;

    public StressClock Clock => clock;

    /// <summary>The number of the last secret whose reload has completed.</summary>
    public int SecretInForce => _secretInForce;

    public static int NumberOf(string secret) => int.Parse(secret["secret-".Length..], CultureInfo.InvariantCulture);

    /// <returns>False if another thread is already doing it.</returns>
    public bool MoveClock() => TryExclusively(_moving, () =>
    {
        if (_steps.Next(50) == 0)
        {
            clock.Sleep(TimeSpan.FromSeconds(_steps.Next(1, 300)));
            findings.Count("wall clock moved alone");
        }

        clock.Advance(_steps.Next(20) == 0 ? TimeSpan.FromSeconds(_steps.Next(1, 300)) : TimeSpan.FromMilliseconds(_steps.Next(500)));
        findings.Count("clock moved");
    });

    /// <summary>Reloads with a new secret, with no change, with another renewal window, or with invalid options.</summary>
    /// <returns>False if another thread is already doing it.</returns>
    public bool ChangeOptions() => TryExclusively(_changing, () =>
    {
        int choice = _changes.Next(4);
        options.IsValid = choice > 0;
        options.Secret += choice == 1 ? 1 : 0;
        options.RenewalWindow = choice == 2 ? TimeSpan.FromSeconds(_changes.Next(1, 3600)) : options.RenewalWindow;
        options.Fire();
        _secretInForce = options.IsValid ? options.Secret : _secretInForce;
        findings.Count(choice switch { 0 => "invalid reload", 1 => "new secret", 2 => "new window", _ => "unchanged reload" });
    });

    private static bool TryExclusively(Lock mutex, Action action)
    {
        if (!mutex.TryEnter())
        {
            return false;
        }

        try
        {
            action();
            return true;
        }
        finally
        {
            mutex.Exit();
        }
    }
}
