// What each notebook of the course imports first: the names of the library, its speed, its charts.
using System.Diagnostics;
using System.IO;
using AnomalyLab.Course;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using AnomalyLab.Inspection;
using AnomalyLab.Models;
using AnomalyLab.Training;
using AnomalyLab.Visualization;
using TorchSharp;
using static TorchSharp.torch.nn;

FastTorch.Startup.Run();
Charts.Setup()
