using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>
/// A fleet in steady state without a lock, in simulated time. The library's own functions determine when an instance renews. A read of the
/// store returns the value at the start of the read, and a token is stored at the end of its write.
/// </summary>
internal sealed record Simulation
{
    private OptionsSnapshot? _options;

    public required int Instances { get; init; }

    /// <summary>The lifetime of a token.</summary>
    public required TimeSpan TokenLifetime { get; init; }

    public required TimeSpan RenewalWindow { get; init; }

    /// <summary>The pause between two calls of an instance. A renewal starts with a call.</summary>
    public required TimeSpan Pause { get; init; }

    public required TimeSpan StoreRead { get; init; }

    public required TimeSpan Fetch { get; init; }

    public required TimeSpan StoreWrite { get; init; }

    /// <summary>
    /// Token requests per lifetime, calculated. The density of the renewal times grows at a rate k. While the first token is on its way to the
    /// store, for a time d, other instances request one too. Counted from the first request, that is exp(k·d) on average, including the first,
    /// for a fleet of any size. In a fleet so large that renewal times are dense from the start of the window, with n of them in 1/k, it is
    /// 1 + (1 + n)·(exp(k·d) − 1).
    /// </summary>
    public double Calculated
    {
        get
        {
            const double Late = 0.01;
            double rate = Math.Log(Density(Late) / Density(0)) / (UntilRenewal(Late) - UntilRenewal(0));
            double others = Math.Exp(rate * (StoreRead + Fetch + StoreWrite).TotalSeconds) - 1;
            return 1 + ((1 + (Instances * Density(0) / rate)) * others);
        }
    }

    private TimeSpan Window => Options.Window(TokenLifetime);

    // Of these settings only the window matters here. A copy of this record may have another one.
    private OptionsSnapshot Options => _options?.RenewalWindow == RenewalWindow ? _options : _options = new OptionsSnapshot(
        new SpotifyClientCredentialsOptions { ClientId = "id", ClientSecret = "secret", RenewalWindow = RenewalWindow }, appName: "", credentialKeys: "");

    /// <returns>The token requests for each lifetime.</returns>
    public IReadOnlyList<int> Run(int lifetimes, Random random)
    {
        double entryLifetime = (TokenLifetime - Window).TotalSeconds;
        double[] issued = new double[Instances];
        PriorityQueue<int, double> renewals = new(Instances);
        for (int instance = 0; instance < Instances; instance++)
        {
            renewals.Enqueue(instance, NextRenewal(issued[instance], random));
        }

        List<double> requests = [];
        Queue<(double WrittenAt, double Issued)> writes = [];
        double stored = double.NegativeInfinity;
        // The time from one token to the next is less than a lifetime.
        while (renewals.TryDequeue(out int instance, out double now) && now < (lifetimes + 1) * TokenLifetime.TotalSeconds)
        {
            while (writes.TryPeek(out (double WrittenAt, double Issued) next) && next.WrittenAt <= now)
            {
                stored = writes.Dequeue().Issued;
            }

            if (stored > issued[instance] && now < stored + entryLifetime)
            {
                issued[instance] = stored;
            }
            else
            {
                issued[instance] = now + StoreRead.TotalSeconds;
                requests.Add(issued[instance]);
                writes.Enqueue((issued[instance] + (Fetch + StoreWrite).TotalSeconds, issued[instance]));
            }

            renewals.Enqueue(instance, NextRenewal(issued[instance], random));
        }

        return [.. TokenLifetimes.CountRequests(requests, Window).Take(lifetimes)];
    }

    private double NextRenewal(double issued, Random random) =>
        issued + UntilRenewal(random.NextDouble()) + (Pause.TotalSeconds * random.NextDouble());

    /// <summary>The density per second of one instance's renewal times for the given jitter: the inverse of the distance of neighbouring times.</summary>
    private double Density(double jitter)
    {
        const double Step = 1e-6;
        return Step / (UntilRenewal(jitter + Step) - UntilRenewal(jitter));
    }

    private double UntilRenewal(double jitter) => SharingPolicy.RenewAfter(TokenLifetime, Options, jitter).TotalSeconds;
}
