using SpotifyClientCredentials.Benchmarks;
using SpotifyClientCredentials.Benchmarks.Fleet;
using SpotifyClientCredentials.Benchmarks.Micro;
using SpotifyClientCredentials.Benchmarks.Report;
using SpotifyClientCredentials.Benchmarks.Scenarios;

const string Project = "dotnet run -c Release --project tests/SpotifyClientCredentials.Benchmarks";

// The processes of a fleet, which the run starts by itself.
switch (args)
{
    case ["fleet-worker", string store]:
        return WorkerProgram.Run(store);

    case ["fleet-garnet", string port]:
        return GarnetProgram.Run(port);
}

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

bool isMiniature = arguments.IsMiniature;
bool isWritten = arguments.IsWritten;
switch (arguments.Command)
{
    case "":
        Publish("benchmarks", Project, await Microbenchmarks.RunAsync(isMiniature));
        return 0;

    case "scenarios":
        Publish("scenarios", $"{Project} -- scenarios", await new Scenarios(isMiniature).RunAsync());
        return 0;

    case "size":
        Table added = await new SizeComparison(isMiniature).RunAsync();
        Readme.Publish("size", $"{Project} -- size", $"{added}", isWritten ? $"{added}" : null);
        return 0;

    case "fleet":
    case "simulate":
        FleetRun run = new(arguments);
        IReadOnlyList<Table> tables = arguments.Command == "fleet" ? await run.RunAsync() : await run.SimulateAsync();
        // The targets are this project's own concern, and fill a page.
        string? written = isWritten ? Text(tables.Where(table => !table.Title.StartsWith("Targets", StringComparison.Ordinal))) : null;
        Readme.Publish(arguments.Command, $"{Project} -- {arguments.Command} {run.Size}", Text(tables), written, run.With);
        return 0;

    default:
        Console.Error.WriteLine($"There is no command {arguments.Command}.");
        return 2;
}

void Publish(string section, string how, Results results) =>
    Readme.Publish(section, how, results.Whole($"Targets of the {section}"), isWritten ? results.Short : null);

static string Text(IEnumerable<Table> tables) => string.Join($"{Environment.NewLine}{Environment.NewLine}", tables);
