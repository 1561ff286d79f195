using System.Reflection;
using System.Runtime.InteropServices;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>Runs a fleet of real processes that share one store through all cases.</summary>
internal sealed class FleetRun(Arguments arguments)
{
    private readonly FleetSettings _settings = FleetSettings.From(arguments);

    /// <summary>The arguments to repeat the run.</summary>
    public string Size =>
        $"--processes {_settings.Processes} --instances {_settings.InstancesPerProcess}{(arguments.Store is null ? "" : $" --store {arguments.Store.Value.ToString().ToLowerInvariant()}")}";

    /// <summary>The store and the packages used, with their versions.</summary>
    public string Components { get; private set; } = "";

    public Task<IReadOnlyList<Table>> RunAsync() => RunOnTestbedAsync(async testbed =>
    {
        await ColdCases.RunAsync(testbed);
        SteadyState withoutLock = await SteadyState.MeasureAsync(testbed, Sharing.Store);
        SteadyState withLock = await SteadyState.MeasureAsync(testbed, Sharing.StoreAndLock);
        await StoreOutage.RunAllAsync(testbed);
        await ReplacedEntry.RunAllAsync(testbed);
        await CredentialCases.RunAsync(testbed, withLock);
        return Simulations.Tabulate(testbed, withoutLock, arguments.IsMiniature);
    });

    /// <summary>Runs only the steady state and compares it with the simulation.</summary>
    public Task<IReadOnlyList<Table>> SimulateAsync() => RunOnTestbedAsync(async testbed =>
        Simulations.Tabulate(testbed, await SteadyState.MeasureAsync(testbed, Sharing.Store), arguments.IsMiniature));

    private async Task<IReadOnlyList<Table>> RunOnTestbedAsync(Func<FleetTestbed, Task<Table>> runAsync)
    {
        // Without these the child processes would survive, because a signal would end this process without cleanup.
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(130));
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(143));
        await using FleetServer server = await FleetServer.StartAsync(_settings.Latency);
        await using Store store = await Store.StartAsync(arguments.Store);
        using Workers workers = new(_settings, server, store);
        Components = $"{store.Description}, {Package(typeof(StackExchange.Redis.ConnectionMultiplexer))}, {Package(typeof(Medallion.Threading.Redis.RedisDistributedLock))}";
        Console.Error.WriteLine($"{Components}; {_settings.Processes} processes × {_settings.InstancesPerProcess} instances");
        await WarmUpAsync(new FleetTestbed(_settings, server, store, workers, new FleetReport(_settings)));
        FleetReport report = new(_settings);
        Table simulated = await runAsync(new FleetTestbed(_settings, server, store, workers, report));
        return [.. report.Tables, simulated];
    }

    private static string Package(Type type) =>
        $"{type.Assembly.GetName().Name} {type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    // JIT-compiles the code of the cases in every process.
    private static async Task WarmUpAsync(FleetTestbed testbed)
    {
        for (int i = 0; i < 2; i++)
        {
            FleetApp app = await testbed.BuildAsync(Sharing.StoreAndLock, FleetTestbed.LongLifetime);
            _ = await testbed.Workers.CallAsync();
            app.RevokeTokens();
            _ = await testbed.Workers.CallAsync();
        }
    }
}
